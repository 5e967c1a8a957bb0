//! Synthetic specimen documents for tests and demos: drawn by us, of nobody.
