"""Resolution: freezes, gets approvals, acts on the exchange, decides, closes and hears appeals."""
