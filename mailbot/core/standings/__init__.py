"""What is said of units in public: figures, closings, evaluations, and objections to them."""
