"""What Vigie says of itself: metrics from one catalogue, and logs without texts or names."""
