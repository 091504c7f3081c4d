"""What people answer to an alert, and how their answer is told from anybody else's."""
