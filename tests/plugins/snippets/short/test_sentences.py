from itertools import islice

from plugins.snippets.short.blocks import blocks
from plugins.snippets.short.sentences import bare, best_first, joined, parted, told


def test_sentences_of_two_scripts_are_joined_as_each_writes():
    assert joined(["One.", "Two."]) == "One. Two."
    assert joined(["一。", "二。"]) == "一。二。"
    assert joined(["他说：“走。”", "走了。"]) == "他说：“走。”走了。"


def test_what_a_text_says_is_compared_without_marks_and_case():
    assert bare("“Rain,” he said: 雨！") == bare("rain he said 雨")


def test_numbers_of_lists_do_not_belong_to_sentences():
    assert parted("（1）开门。（2）关门。") == ["开门。", "关门。"]


def test_the_topic_is_worth_more():
    about, other = told(blocks("<p>Rain falls here. Wine grows there.</p>"), "en", "The rain falls")
    assert about.topical > other.topical


def test_a_sentence_about_where_a_link_leads_is_not_sound():
    markup = '<p>Servers drown in <a href="/">Rain on the server</a>. Servers dry again later.</p>'
    assert [each.sound for each in told(blocks(markup), "en", "")] == [False, True]


def test_an_aside_is_not_sound():
    markup = "<p><em>This site is only a demonstration of servers.</em></p>"
    assert [each.sound for each in told(blocks(markup), "en", "")] == [False]


def test_a_sentence_that_points_elsewhere_is_not_sound():
    markup = "<p>As shown below, servers drown. Servers dry again later.</p>"
    assert [each.sound for each in told(blocks(markup), "en", "")] == [False, True]


def test_of_a_long_text_only_the_best_are_looked_at_closely():
    markup = "".join(f"<p>Ship number{i} carries wine{i % 7} home.</p>" for i in range(200))
    found = told(blocks(markup), "en", "")
    assert len(found) == 200
    assert 64 <= sum(each.sound for each in found) <= 88


def test_the_worth_of_few_is_asked_to_find_the_best():
    found = told(blocks("<p>" + "".join(f"Rain {n}. " for n in range(9)) + "</p>"), "en", "")
    promised = {each: 9.0 - each.place for each in found}
    asked = []

    def worth(each):
        asked.append(each.place)
        return None if each.place == 0 else 7.5 if each.place == 1 else promised[each]

    order = [each.place for each in islice(best_first(found, promised.get, worth), 3)]
    assert order == [1, 2, 3]
    assert set(asked) == {0, 1, 2, 3}


def test_worth_that_falls_while_others_are_yielded_counts_as_it_is_then():
    found = told(blocks("<p>Rain one. Rain two. Rain three.</p>"), "en", "")
    order = []

    def worth(each):
        return 3.0 - each.place - 9 * len(order) * (each.place == 1)

    for each in best_first(found, lambda each: 3.0 - each.place, worth):
        order.append(each.place)
    assert order == [0, 2, 1]
