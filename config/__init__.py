"""What an installation sets, and what Prometheus and Grafana are given."""
