"""What a preview plans: which runs will fire and why, what gates let through, what is lost."""
