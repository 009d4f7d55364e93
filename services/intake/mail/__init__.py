"""Mail in: a raw message read without fail, and the doors it comes by (SMTP, LMTP, IMAP)."""
