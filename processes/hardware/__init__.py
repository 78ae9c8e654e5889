"""How a hardware model of one of our processes would be registered (`example.loihi2`)."""
