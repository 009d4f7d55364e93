"""The chat: a bot that says it is one answers from approved articles, then hands over to people."""
