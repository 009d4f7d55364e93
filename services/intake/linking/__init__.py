"""One person, many channels: complaints about the same matter are found and linked, reversibly."""
