"""What dm is made of."""
