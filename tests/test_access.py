"""Who may do what: nothing that is not written down, and no view without its policy."""

from __future__ import annotations

import pytest

from survey.access import GRANTS, Action, Anyone, NoPolicy, Respondent, Role, Staff, may, policy, policy_of

CONTENT = {
    Action.see_student,
    Action.take_flag,
    Action.finalise,
    Action.download_document,
    Action.see_classes,
    Action.export,
}


def test_every_role_is_decided_on() -> None:
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("action", sorted(CONTENT))
def test_content_is_for_those_who_speak_with_the_student(action: Action) -> None:
    assert {role for role in Role if may(role, action)} == {Role.mentor, Role.coordinator}


def test_mentor_sees_own_classes_only() -> None:
    assert not may(Role.mentor, Action.see_every_class)
    assert may(Role.coordinator, Action.see_every_class)


def test_only_the_coordinator_downloads_for_a_municipality() -> None:
    assert {role for role in Role if may(role, Action.download_municipality)} == {Role.coordinator}


def test_operator_sees_the_server_and_nothing_of_a_school() -> None:
    assert {action for action in Action if may(Role.operator, action)} == {Action.see_server}


def test_administrator_looks_after_the_school_and_sees_no_answers() -> None:
    allowed = {action for action in Action if may(Role.administrator, action)}
    assert allowed == {
        Action.see_overview,
        Action.manage_accounts,
        Action.manage_settings,
        Action.keep_students,
        Action.see_questionnaires,
        Action.manage_questionnaires,
        Action.see_quality,
    }
    assert allowed.isdisjoint(CONTENT)


def test_quality_is_for_who_decides_on_the_questionnaire() -> None:
    assert {role for role in Role if may(role, Action.see_quality)} == {Role.coordinator, Role.administrator}


def test_policy_is_carried_by_the_view() -> None:
    @policy(Staff(Role.mentor, Role.coordinator))
    def page() -> str:
        return ""

    assert policy_of(page) == Staff(Role.coordinator, Role.mentor)


@pytest.mark.parametrize("who", [Anyone, Respondent])
def test_policy_may_be_named_by_its_class(who: type[Anyone] | type[Respondent]) -> None:
    assert policy_of(policy(who)(lambda: "")) == policy_of(policy(who())(lambda: "")) == who()


def test_view_without_policy_is_refused() -> None:
    def forgotten() -> str:
        return ""

    with pytest.raises(NoPolicy, match="forgotten"):
        policy_of(forgotten)


def test_staff_without_roles_is_refused() -> None:
    with pytest.raises(ValueError, match="role"):
        Staff()


def test_policy_with_arguments_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="role"):
        policy(Staff)
