"""Certification over HTTP: the form of a certificate, reached from its mechanic's page."""
