"""The live board: where every open complaint stands, and whose promises are at risk."""
