"""Service reports: how they are read, completed, corrected and entered from paper."""
