"""The knowledge base: approved articles, and finding those that answer a text."""

from shared.knowledge.articles import Article, article, articles
from shared.knowledge.search import Found, search

__all__ = ["Article", "Found", "article", "articles", "search"]
