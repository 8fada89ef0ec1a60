"""The live page and its stream: seen once a second, printed once, sent to all."""
