"""What a sealed paper still needs before it is handed out: evidence that outlives its certificates."""
