"""Playbooks: the facts of one kind of complaint in, one finding out; pure."""
