"""The face: command line, exports and the demonstration. Calculates nothing; it only asks."""
