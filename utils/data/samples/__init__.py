"""What the samples are made of: generators with fixed seeds, so that the same call always gives the same data."""
