"""The transparency log: every act on an entry becomes a leaf that nobody can take back unseen."""
