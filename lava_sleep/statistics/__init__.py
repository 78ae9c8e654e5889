"""Statistics over networks, and the verdicts that are made of them."""
