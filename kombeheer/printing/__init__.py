"""What is put on paper: bars and squares that scanners read. Not here: sheets and layouts."""
