"""The source trees that every rule reads, and the git that is behind them. Git lives here alone."""
