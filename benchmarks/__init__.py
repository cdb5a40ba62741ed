"""What the course calls fast, measured: each row takes two sides in turn in the same run, and keeps their ratio."""
