"""States as earlier versions left them, previewed by today's."""
