"""Everything that may go wrong has a test that shows what happens then: the list of them.

Whoever renames or removes such a test has to say here what stands for it now.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
HERE, PAYWALL, COMMANDS = "publish/deploy", "publish/paywall", "publish/commands"
WHOLE = f"{HERE}/test_published_faults.py"
"""A whole publish to an AWS of our own, and its readers behind CloudFront."""

FAULTS: dict[str, dict[str, tuple[str, ...]]] = {
    "while a site is deployed": {
        "the run is killed, wherever it is, and repeated": (
            f"{HERE}/test_killed.py::test_killed_where_it_matters_most_it_is_whole_and_the_next_one_finishes",
            f"{HERE}/test_killed.py::test_killed_at_any_call_it_is_whole_and_the_next_one_finishes",
            f"{WHOLE}::test_whichever_request_is_the_last_one_the_site_is_whole_and_a_repeat_finishes",
            f"{HERE}/test_collecting.py::test_cut_off_after_any_call_every_record_still_has_all_it_needs",
            f"{HERE}/test_publishing.py::test_a_run_that_ended_after_the_stack_goes_on_with_the_site",
        ),
        "AWS is unavailable a few times": (
            f"{WHOLE}::test_what_breaks_a_few_times_at_every_step_is_made_good_by_itself",
            f"{HERE}/objects/test_s3.py::test_later_twice_is_asked_a_third_time",
        ),
        "AWS stays unavailable": (
            f"{WHOLE}::test_what_breaks_for_ever_leaves_readers_what_they_had",
            f"{HERE}/objects/test_s3.py::test_later_for_ever_is_unreachable_and_says_so",
            f"{HERE}/runtimes/test_function.py::test_what_never_ends_is_unreachable",
        ),
        "the line breaks, before or after AWS has done it": (
            f"{WHOLE}::test_what_breaks_a_few_times_at_every_step_is_made_good_by_itself",
            f"{WHOLE}::test_a_flip_whose_answers_are_all_lost_is_a_flip",
            f"{HERE}/objects/test_s3.py::test_a_line_that_always_breaks_is_unreachable",
            f"{HERE}/edges/test_cloudfront.py::test_whatever_breaks_once_the_flip_is_done",
        ),
        "the disk is full": (
            f"{WHOLE}::test_a_full_disk_for_the_bundle_is_told_and_readers_keep_what_they_had",
            f"{HERE}/objects/test_folder.py::test_a_full_disk_is_told_and_what_stood_there_stands",
            f"{HERE}/test_plain.py::test_a_disk_that_refuses_is_said",
        ),
        "what is known of the live release is missing or broken": (
            f"{WHOLE}::test_a_record_that_is_gone_or_broken_stops_before_anything_is_written",
            f"{HERE}/test_rolling_back.py::test_a_broken_record_is_refused",
            f"{HERE}/test_collecting.py::test_nothing_is_deleted_where_a_record_cannot_be_read",
            f"{HERE}/test_unrecorded.py::test_what_is_private_since_is_sealed",
        ),
        "two deploy at once": (
            f"{WHOLE}::test_a_second_one_who_publishes_at_the_same_time_is_told_who_does",
            f"{HERE}/test_two_at_once.py::test_of_two_threads_one_publishes_and_the_other_is_told",
            f"{HERE}/test_two_at_once.py::test_of_two_processes_one_publishes_and_the_other_is_told",
            f"{HERE}/test_locking.py::test_of_many_processes_one_holds_it",
        ),
        "a lease runs out, is taken over, and its old holder comes back": (
            f"{WHOLE}::test_an_old_holder_who_comes_back_stops_and_leaves_the_new_ones_site",
            f"{HERE}/test_two_at_once.py::test_the_old_holder_who_wakes_up_right_at_the_flip_does_not_flip",
            f"{HERE}/test_locking.py::test_the_old_holder_who_comes_back_finds_out_and_leaves_the_lock_alone",
        ),
        "what names the live release was changed by somebody else": (
            f"{WHOLE}::test_a_flip_by_somebody_else_in_between_is_not_undone",
            f"{HERE}/edges/test_cloudfront.py::test_of_two_between_each_others_steps_exactly_one_wins",
        ),
        "the cache does not forget, after the flip": (
            f"{WHOLE}::test_what_breaks_after_the_flip_leaves_the_new_site_and_a_repeat_does_the_rest",
            f"{HERE}/edges/test_cloudfront.py::test_an_answer_that_was_lost_forgets_once",
        ),
        "the build left nothing": (
            f"{WHOLE}::test_an_empty_site_is_refused_before_anything_is_asked",
            f"{HERE}/test_planning.py::test_an_empty_site_is_refused",
        ),
        "the release to go back to was collected": (
            f"{WHOLE}::test_a_release_that_was_collected_does_not_come_back",
            f"{WHOLE}::test_a_release_that_is_collected_while_one_goes_back_to_it_does_not_go_live",
            f"{HERE}/test_verifying.py::test_a_release_that_has_lost_something_is_not_rolled_back_to",
        ),
        "a file changes while it travels": (
            f"{WHOLE}::test_a_file_that_changes_while_the_site_travels_stops_it",
            f"{HERE}/test_uploading.py::test_a_file_that_changes_while_it_travels_stops_before_the_flip",
            f"{HERE}/contracts/test_objects.py::test_a_large_file_that_changed_since_is_told_and_what_stood_there_stands",
        ),
    },
    "of the stack": {
        "an update fails": (
            f"{HERE}/stack/test_provision.py::test_an_update_that_fails_goes_back_and_says_why",
            f"{HERE}/stack/test_following.py::test_a_stack_that_stays_stuck_is_told_with_its_page_and_its_reason",
        ),
        "the first one could not be made": (
            f"{HERE}/stack/test_provision.py::test_a_first_stack_that_failed_is_taken_away_and_set_up_again_with_its_data",
        ),
        "nothing changes": (
            f"{HERE}/stack/test_provision.py::test_the_same_again_changes_nothing_and_leaves_nothing_behind",
            f"{HERE}/test_publishing.py::test_the_same_again_writes_nothing_and_asks_for_no_change_of_the_stack",
        ),
        "what holds data would be made anew": (
            f"{HERE}/stack/test_provision.py::test_a_table_that_would_be_lost_is_refused_and_nothing_waits",
            f"{HERE}/stack/test_proposals.py::test_what_holds_data_is_neither_removed_nor_made_anew",
        ),
        "it stands in another region": (
            f"{HERE}/stack/test_provision.py::test_a_site_that_stands_in_another_region_is_not_set_up_twice",
        ),
        "somebody else has its name": (
            f"{HERE}/stack/test_provision.py::test_a_stack_of_somebody_else_is_left_alone",
        ),
    },
    "of who asks": {
        "credentials expire in the middle": (
            f"{WHOLE}::test_credentials_that_expire_midway_are_told_with_the_way_out",
            f"{HERE}/objects/test_s3.py::test_what_expired_in_the_middle_says_so",
        ),
        "there are none": (
            f"{COMMANDS}/test_publish.py::test_without_credentials_it_says_how_to_sign_in",
            f"{HERE}/test_clients.py::test_who_has_not_signed_in_is_told_how",
        ),
        "they are those of another account": (
            f"{HERE}/test_publishing.py::test_another_account_than_that_of_the_site_is_refused_before_anything_is_asked",
            f"{COMMANDS}/test_looking_after.py::test_another_account_than_the_named_one_is_never_touched",
        ),
        "the clock is wrong": (
            f"{WHOLE}::test_a_clock_that_is_wrong_is_told",
            f"{HERE}/checks/test_account.py::test_the_clock_is_compared_with_that_of_aws",
        ),
        "one permission is missing": (
            f"{HERE}/test_published_roles.py::test_who_sets_up_needs_what_is_printed_and_is_told_what_is_missing",
            f"{HERE}/test_published_roles.py::test_who_publishes_needs_what_is_printed_and_is_told_what_is_missing",
            f"{HERE}/test_published_roles.py::test_the_service_needs_what_is_printed_and_its_log_tells_what_is_missing",
        ),
        "the secret of the origin does not come along": (
            f"{HERE}/test_published_service.py::test_without_the_secret_of_the_origin_the_function_answers_nobody",
            f"{PAYWALL}/adapters/test_aws_lambda.py::test_without_the_secret_nothing_is_asked_of_the_service",
        ),
    },
    "while the service runs": {
        "something was written and the answer got lost": (
            f"{PAYWALL}/stores/test_dynamodb.py::test_an_answer_that_was_lost_is_no_conflict",
            f"{PAYWALL}/test_buying.py::test_the_store_dying_after_the_checkout_began_leads_to_the_same_checkout",
            f"{PAYWALL}/test_cloud.py::test_a_mail_whose_answer_was_cut_off_went",
        ),
        "it dies": (
            f"{PAYWALL}/test_fulfil.py::test_killed_before_or_after_any_write_a_retry_leads_to_the_one_state",
            f"{PAYWALL}/test_webhooks.py::test_a_death_between_two_purchases_of_one_event_is_made_good",
            f"{PAYWALL}/test_queue.py::test_a_killed_process_sends_one_copy_more_and_loses_nothing",
            f"{PAYWALL}/stores/test_sqlite.py::test_a_killed_process_leaves_whole_writes",
        ),
        "an answer is larger than Lambda takes": (
            f"{PAYWALL}/adapters/test_aws_lambda.py::test_an_answer_that_lambda_would_cut_off_is_an_error_instead",
            f"{PAYWALL}/test_reading.py::test_a_large_file_is_answered_by_its_own_address_where_there_is_one",
        ),
        "the table asks for patience": (
            f"{PAYWALL}/stores/test_dynamodb.py::test_a_table_that_is_always_busy_is_down",
        ),
        "writes of others are in the way": (
            f"{PAYWALL}/stores/test_dynamodb.py::test_conflicts_of_others_are_tried_again",
            f"{PAYWALL}/stores/test_dynamodb.py::test_an_expectation_that_failed_is_never_tried_again",
        ),
        "no answer comes in time": (
            f"{PAYWALL}/stores/test_dynamodb.py::test_a_silent_table_is_down_soon",
            f"{PAYWALL}/bodies/test_s3.py::test_a_silent_bucket_keeps_the_last_release",
            f"{PAYWALL}/mailers/test_smtp.py::test_a_silent_server_is_for_now",
        ),
        "half an answer comes": (
            f"{PAYWALL}/test_cloud.py::test_an_answer_that_was_cut_off_is_none",
            f"{PAYWALL}/test_cloud.py::test_an_object_that_was_cut_off_is_none",
        ),
    },
}


@functools.cache
def named_in(path: Path) -> frozenset[str]:
    """Return the names of the functions of a file."""
    found = ast.parse(path.read_text("utf-8")).body
    return frozenset(each.name for each in found if isinstance(each, ast.FunctionDef))


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_has_tests_that_are_there(kind: str) -> None:
    for fault, shown in FAULTS[kind].items():
        assert shown, fault
        for each in shown:
            file, _, name = each.partition("::")
            assert name in named_in(TESTS / file), f"{fault}: {each}"
            assert name.startswith("test_")
