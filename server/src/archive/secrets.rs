//! Who voted for what, and who asked without a name, are nobody's to see, also in an archive: there each is somebody whom nobody knows. Whoever
//! did several such things in one poll, or among the questions of one room, is the same there, so that what was counted stays so; from one to the
//! other nothing leads: what changed nothing, and what was taken back, is nobody's there, for it may be of any of these. So an event that goes on elsewhere knows no more who voted already, and what of it was one's own is nobody's.

use std::collections::HashSet;

use houselights_shared::{ParticipantId, PollId, RoomId, UpdateBody};
use serde_json::{Map, Value as Json};

use crate::store::{StoreError, fresh_secret, hashed};

/// Strangers in place of those who have a secret, for one archive.
#[derive(Default)]
pub(super) struct Strangers {
    /// Known to nobody: without it, those who can be are few enough to be tried.
    key: String,
    /// Polls that told those who voted that they are seen.
    named: HashSet<PollId>,
}

/// Among what somebody is the same.
enum Scope {
    Poll(PollId),
    Questions(RoomId),
    /// Nobody is anybody: it may be of a named question or of one without a name, or a vote that came again.
    Nothing,
}

impl Strangers {
    pub(super) fn new() -> Result<Self, StoreError> {
        fresh_secret()
            .map(|key| Self { key, named: HashSet::new() })
            .map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// Takes whoever did it out of an entry of a log, where that is a secret. Who is none of the event's `people` is a stranger already. Logs are
    /// told from their beginning.
    pub(super) fn hide(&mut self, row: &mut Map<String, Json>, people: &HashSet<String>) {
        let text = |column: &str| row.get(column).and_then(Json::as_str);
        let Some((body, room)) = text("body").zip(text("room_id")) else { return };
        let Some(body) = serde_json::from_str(body).ok() else { return };
        let Some(scope) = self.scope(&body, room) else { return };
        // Of a quiz the leaderboard that was told is all that names anybody.
        if let UpdateBody::PollVoted { poll, choice, name: Some(_) } = body
            && let Ok(bare) = serde_json::to_string(&UpdateBody::PollVoted { poll, choice, name: None })
        {
            row.insert("body".to_owned(), bare.into());
        }
        if let Scope::Nothing = scope {
            for column in ["by_participant", "command_by", "command_id"] {
                row.insert(column.to_owned(), Json::Null);
            }
            return;
        }
        for column in ["by_participant", "command_by"] {
            let Some(who) = row.get_mut(column).filter(|who| who.as_str().is_some_and(|who| people.contains(who))) else {
                continue;
            };
            *who = self.stranger(&scope, who.as_str().unwrap_or_default()).map_or(Json::Null, |who| who.to_string().into());
        }
    }

    /// Among what it is a secret who did it; nothing where it is none.
    fn scope(&mut self, body: &UpdateBody, room: &str) -> Option<Scope> {
        if let UpdateBody::PollOpened { poll } = body
            && poll.form.named
        {
            self.named.insert(poll.id);
        }
        if let UpdateBody::QuestionWithdrawn { .. } | UpdateBody::Hidden { .. } = body {
            return Some(Scope::Nothing);
        }
        if !body.is_secret(|poll| self.named.contains(&poll)) {
            return None;
        }
        if let UpdateBody::PollVoted { poll, .. } = body {
            Some(Scope::Poll(*poll))
        } else {
            Some(Scope::Questions(room.parse().ok()?))
        }
    }

    fn stranger(&self, scope: &Scope, who: &str) -> Option<ParticipantId> {
        let among = match scope {
            Scope::Poll(poll) => format!("poll {poll}"),
            Scope::Questions(room) => format!("questions of {room}"),
            Scope::Nothing => return None,
        };
        hashed(&format!("{} {among} {who}", self.key)).get(..32)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{
        AskedId, Asker, Choice, Poll, PollForm, PollKind, PollPhase, Question, ResultsShown, Standing, Timestamp,
    };
    use serde_json::json;

    use super::*;

    fn row(body: &UpdateBody, room: RoomId, who: &str) -> Map<String, Json> {
        let body = serde_json::to_string(body).unwrap();
        let Json::Object(row) =
            json!({ "room_id": room, "body": body, "by_participant": who, "command_by": who, "command_id": who })
        else {
            unreachable!()
        };
        row
    }

    fn vote(poll: PollId, name: Option<&str>) -> UpdateBody {
        UpdateBody::PollVoted { poll, choice: Choice::Rating { stars: 1 }, name: name.map(str::to_owned) }
    }

    fn opened(id: PollId, named: bool) -> UpdateBody {
        let form = PollForm {
            question: "Which?".to_owned(),
            kind: PollKind::Quiz { points: 10 },
            options: vec!["One".to_owned(), "Two".to_owned()],
            correct: vec![0],
            shown: ResultsShown::Always,
            named,
            changeable: false,
            seconds: None,
        };
        let phase = PollPhase::Open { since: Timestamp::default(), closes_at: None };
        UpdateBody::PollOpened { poll: Poll { id, form, phase, tally: None, hidden: Vec::new() } }
    }

    fn question(named: Option<ParticipantId>) -> UpdateBody {
        let author = named.map(|participant| Asker { participant, name: "Ada".to_owned() });
        let (id, at) = (AskedId::random(), Timestamp::default());
        UpdateBody::QuestionAsked {
            question: Question { id, author, text: "Why?".to_owned(), at, standing: Standing::Open, votes: 0 },
        }
    }

    #[test]
    fn who_has_a_secret_is_a_stranger_the_same_in_one_poll_and_another_in_the_next() {
        let (ada, room, [tea, coffee]) = (ParticipantId::random(), RoomId::random(), [PollId::random(), PollId::random()]);
        let (who, people) = (ada.to_string(), HashSet::from([ada.to_string()]));
        let mut strangers = Strangers::new().unwrap();
        let hidden = |strangers: &mut Strangers, body: &UpdateBody| {
            let mut row = row(body, room, &who);
            strangers.hide(&mut row, &people);
            assert_eq!(row["by_participant"], row["command_by"]);
            assert_eq!(row["command_id"], who.as_str(), "nothing else is taken out");
            row["by_participant"].as_str().unwrap().to_owned()
        };
        let asked = hidden(&mut strangers, &question(None));
        let voted = hidden(&mut strangers, &vote(tea, None));
        assert_eq!(hidden(&mut strangers, &UpdateBody::QuestionUpvoted { question: AskedId::random(), up: true }), asked);
        assert_eq!(hidden(&mut strangers, &vote(tea, None)), voted, "a vote that is changed is one");
        let all = [
            who.clone(),
            asked.clone(),
            voted.clone(),
            hidden(&mut strangers, &vote(coffee, None)),
            hidden(&mut Strangers::new().unwrap(), &question(None)),
        ];
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        let named = PollId::random();
        hidden(&mut strangers, &opened(named, true));
        for told in [question(Some(ada)), vote(named, Some("Ada")), UpdateBody::Unpinned] {
            assert_eq!(hidden(&mut strangers, &told), who, "{told:?}");
        }
        for nobodys in [UpdateBody::QuestionWithdrawn { question: AskedId::random(), was_public: true }, UpdateBody::HIDDEN] {
            let mut row = row(&nobodys, room, &who);
            strangers.hide(&mut row, &people);
            assert!(!row.values().any(|value| value == who.as_str()), "{row:?}");
        }
        let mut again = row(&question(None), room, &asked);
        strangers.hide(&mut again, &people);
        assert_eq!(again["by_participant"], asked.as_str(), "a stranger stays who they are");
    }

    #[test]
    fn who_answered_what_in_a_quiz_is_told_by_no_name_unless_the_quiz_is_named() {
        let (ada, room, quizzes) = (ParticipantId::random(), RoomId::random(), [PollId::random(), PollId::random()]);
        let (who, people) = (ada.to_string(), HashSet::from([ada.to_string()]));
        let mut strangers = Strangers::new().unwrap();
        for (quiz, is_named) in quizzes.into_iter().zip([false, true]) {
            strangers.hide(&mut row(&opened(quiz, is_named), room, &who), &people);
            let mut voted = row(&vote(quiz, Some("Ada")), room, &who);
            strangers.hide(&mut voted, &people);
            assert_eq!(voted["by_participant"] == who.as_str(), is_named);
            assert_eq!(voted["body"].as_str().unwrap().contains("Ada"), is_named);
        }
    }
}
