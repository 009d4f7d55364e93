"""The traps of our libraries, and the test that guards each."""

SUBSCRIBING = "tests/unit/shared/test_subscribing.py"
POISON = "tests/unit/shared/test_runner_poison.py"
HANGING = "tests/integration/shared/test_hanging_mongodb.py"
STORE = "tests/contract/test_store.py"
CONTROLS = "tests/faults/test_controls.py"
MEMBERS = "tests/faults/test_membership.py"
SERVERS = "tests/faults/test_servers.py"
HERE = "tests/architecture/test_traps.py"

TRAPS = {
    # FastStream
    "the default policy commits before the handler ran": (
        SUBSCRIBING,
        "test_every_service_reads_the_topics_of_the_table_and_gives_back_what_fails",
    ),
    "other policies commit what failed": (
        SUBSCRIBING,
        "test_a_policy_that_acknowledges_what_failed_stops_the_process",
    ),
    "its acknowledgement commits positions, and hides errors": (
        CONTROLS,
        "test_a_wrong_runner_is_found_out",
    ),
    "a second topic is dropped without a word": (
        SUBSCRIBING,
        "test_a_topic_that_the_framework_dropped_stops_the_process",
    ),
    "several workers in one subscriber lose the order": (HERE, "test_no_code_uses"),
    "a static member is fenced with an error nobody knows": (HERE, "test_no_code_uses"),
    "a batch takes its headers from its first record, and fails on one bad header": (
        "tests/e2e/test_poison.py",
        "test_what_is_healthy_passes_between_poison_also_with_odd_headers",
    ),
    "a tombstone reads as an empty value": (
        "tests/e2e/test_poison.py",
        "test_each_poison_is_a_dead_letter_with_its_reason_and_its_very_bytes",
    ),
    "its message id is not unique": (
        "tests/unit/shared/test_runner.py",
        "test_a_copy_of_a_record_is_dropped_silently",
    ),
    "its decoder raises on deep JSON and huge numbers": (
        POISON,
        "test_what_cannot_be_read_is_a_dead_letter_with_its_bytes",
    ),
    "a validation error shows the input": (
        "tests/unit/shared/test_poison_says_nothing.py",
        "test_the_reason_of_a_dead_letter_repeats_nothing_of_what_was_sent",
    ),
    "topics are made by themselves, with one partition": (
        HERE,
        "test_every_client_that_writes_is_safe",
    ),
    "one broker's acknowledgement is the default": (HERE, "test_every_client_that_writes_is_safe"),
    "a transactional producer cannot publish": (HERE, "test_no_code_uses"),
    "publishing a batch ignores keys and drops headers": (HERE, "test_no_code_uses"),
    "the broker does not start while Kafka is away": (
        SERVERS,
        "test_services_that_start_without_kafka_wait_for_it",
    ),
    "stopping waits for ever for a library": (
        MEMBERS,
        "test_a_process_whose_library_hangs_on_stop_ends_in_time_with_code_0",
    ),
    "a ping says nothing of the consumers": (
        MEMBERS,
        "test_a_process_whose_library_died_ends_itself_and_is_started_again",
    ),
    "the documentation page publishes anything to any topic": (
        HERE,
        "test_no_service_has_a_route_that_publishes_or_draws_pages_from_elsewhere",
    ),
    "the test broker is no Kafka": (HERE, "test_no_code_uses"),
    "the framework's own metrics show no lag and no unreadable record": (
        "tests/e2e/test_processes.py",
        "test_it_shows_every_metric",
    ),
    # aiokafka
    "round robin tears partitions of one number apart": (
        SUBSCRIBING,
        "test_one_number_of_partition_goes_to_one_member_for_every_topic",
    ),
    "every change of members stops all of them": (
        MEMBERS,
        "test_a_storm_of_rebalances_loses_nothing_and_doubles_nothing",
    ),
    "the group does not wait longer for a drain than a session lasts": (
        SUBSCRIBING,
        "test_a_consumer_drains_before_the_group_goes_on_without_it",
    ),
    "who waits five minutes for a server is put out of the group": (
        SUBSCRIBING,
        "test_a_consumer_that_waits_for_a_server_an_hour_long_stays_a_member",
    ),
    "after a rebalance two members handle one record": (
        CONTROLS,
        "test_without_the_guard_only_draining_keeps_two_members_apart",
    ),
    "a commit is tried for ever": (
        SERVERS,
        "test_while_kafka_is_paused_the_doors_stay_open_and_services_say_so",
    ),
    "an idempotent publish has no end while Kafka is away, nor has stopping": (
        "tests/faults/test_signals.py",
        "test_sigterm_while_kafka_is_paused_ends_every_service",
    ),
    "a publish that timed out may land": (
        "tests/faults/test_network.py",
        "test_kafka_does_it_and_does_not_say_so",
    ),
    "a dead coordinator leaves the process alive": (
        MEMBERS,
        "test_a_process_whose_library_died_ends_itself_and_is_started_again",
    ),
    "a request has its own limit of size": (
        "tests/faults/test_data_faults.py",
        "test_a_record_over_a_megabyte_is_a_dead_letter_and_the_next_one_passes",
    ),
    # Motor and MongoDB
    "Motor is past its life": (STORE, "test_a_new_document_comes_back_as_it_was_written"),
    "a call has no limit of time": (
        HANGING,
        "test_a_call_that_is_never_answered_ends_as_a_server_that_is_away",
    ),
    "calls that were given up keep the threads of all clients": (
        HANGING,
        "test_calls_that_were_given_up_freeze_nobody_for_long",
    ),
    "after a stall the client refuses by itself for a while": (
        HANGING,
        "test_when_it_answers_again_calls_go_on",
    ),
    "a write without an answer may be applied": (
        "tests/faults/test_network.py",
        "test_a_write_without_an_answer_is_read_again",
    ),
    "BSON has no microseconds, so nothing that was hashed is read from it": (
        STORE,
        "test_a_new_document_comes_back_as_it_was_written",
    ),
    "BSON refuses what JSON takes": (
        "tests/contract/test_hostile_documents.py",
        "test_what_bson_cannot_hold_is_poison_and_no_reason_to_wait",
    ),
    "BSON keeps operators and dots in keys": (
        "tests/contract/test_hostile_documents.py",
        "test_what_only_looks_hostile_comes_back_as_it_was",
    ),
    "MongoDB refuses what is nested 100 deep, and that looks like a server that is away": (
        HERE,
        "test_no_value_of_ours_can_nest_without_end",
    ),
    "an array that only grows fills a document": (
        "tests/faults/test_load.py",
        "test_a_complaint_with_10000_messages_is_read_to_the_end",
    ),
    "a change stream forgets with its token": (HERE, "test_no_code_uses"),
    "an instant without a zone": (HERE, "test_an_instant_has_its_zone"),
}
