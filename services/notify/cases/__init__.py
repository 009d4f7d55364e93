"""The staff's page of a case: what all stages have told of it, put together from the timeline."""
