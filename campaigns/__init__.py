"""What looks for mistakes for minutes or hours, by chance: no tests, because a run says something of that run alone."""
