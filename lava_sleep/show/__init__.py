"""What a person looks at: figures from stored results, the report, the animation."""
