"""Every name of an attribute, in one place: OpenTelemetry's semantic conventions 1.45, and ours."""

SCHEMA = "https://opentelemetry.io/schemas/1.45.0"

SERVICE_NAME = "service.name"
SERVICE_NAMESPACE = "service.namespace"
PROCESS_ID = "process.pid"

SYSTEM = "messaging.system.name"
OPERATION = "messaging.operation.type"
TOPIC = "messaging.destination.name"
PARTITION = "messaging.destination.partition.id"
GROUP = "messaging.consumer.group.name"
MESSAGE = "messaging.message.id"
CONVERSATION = "messaging.message.conversation_id"
OFFSET = "kafka.offset"
ERROR = "error.type"

STAGE = "redress.stage"
EVENT_TYPE = "redress.event.type"
SEQUENCE = "redress.event.sequence"
CAUSE = "redress.event.cause"
WORK = "redress.work.kind"
