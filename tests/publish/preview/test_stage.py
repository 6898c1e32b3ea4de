"""What the preview shows right now."""

import threading

from publish.preview.stage import MOST_LISTENERS, Scene, Stage, scene_after

GOOD = scene_after(Scene(), True, "g1", ())


def test_a_good_build_shows_its_generation():
    assert scene_after(Scene(), True, "g1", ()) == Scene("good-g1", built=True, good=True)


def test_a_failure_before_any_good_build_has_no_site_behind_it():
    scene = scene_after(Scene(), False, "", ("x",))
    assert (scene.built, scene.good, scene.problems) == (True, False, ("x",))


def test_a_failure_keeps_the_last_good_site():
    scene = scene_after(GOOD, False, "", ("x",))
    assert scene.good
    assert scene.revision.startswith("good-g1-failed-")


def test_only_what_changes_has_another_revision():
    """A rebuild that comes to the same, and a failure that says the same, reload nothing."""
    failed = scene_after(GOOD, False, "", ("x",))
    assert scene_after(GOOD, True, "g1", ()).revision == GOOD.revision
    assert scene_after(failed, False, "", ("x",)).revision == failed.revision
    assert scene_after(failed, False, "", ("y",)).revision != failed.revision
    assert scene_after(failed, True, "g1", ()).revision == GOOD.revision


def test_who_waits_is_woken_by_another_scene():
    stage = Stage()
    seen: list[Scene | None] = []
    listener = stage.enter()
    thread = threading.Thread(target=lambda: seen.append(stage.wait(listener, "building", 30)))
    thread.start()
    stage.show(GOOD)
    thread.join(10)
    assert seen == [GOOD]


def test_who_comes_late_does_not_wait():
    stage = Stage(GOOD)
    listener = stage.enter()
    assert stage.wait(listener, "building", 30) == GOOD
    assert stage.wait(listener, GOOD.revision, 0.01) == GOOD


def test_closing_lets_everybody_go():
    stage = Stage(GOOD)
    listener = stage.enter()
    stage.close()
    assert stage.wait(listener, GOOD.revision, 30) is None


def test_of_too_many_the_first_has_to_go():
    """Else seven tabs in view would take all the connections a browser opens to one host."""
    stage = Stage(GOOD)
    listeners = [stage.enter() for _ in range(MOST_LISTENERS + 1)]
    assert stage.wait(listeners[0], GOOD.revision, 30) is None
    assert stage.wait(listeners[1], GOOD.revision, 0.01) == GOOD
    stage.leave(listeners[1])
    stage.leave(listeners[0])
    stage.enter()
    assert stage.wait(listeners[2], GOOD.revision, 0.01) == GOOD
