"""Topics of one test's own. Never imported."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


@pytest.fixture
async def own_topic(addresses, request):
    """The name of a fresh topic with two partitions."""
    name = f"own.{abs(hash(request.node.nodeid))}"
    admin = AIOKafkaAdminClient(bootstrap_servers=addresses.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, 2, 1)])
    yield name
    await admin.delete_topics([name])
    await admin.close()
