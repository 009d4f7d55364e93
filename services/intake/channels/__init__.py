"""Messages that other systems bring: signed webhooks, a Telegram bot, public posts, calls."""
