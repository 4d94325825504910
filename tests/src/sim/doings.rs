//! What people do, as chance has it.

use houselights_shared::{
    AskedId, Choice, CommandBody, MessageId, ParticipantId, PollForm, PollId, PollKind, ResultsShown, RulesEdit, SanctionAct,
    Sending, Standing,
};
use uuid::Uuid;

use super::chance::Chance;

/// What there is to be done something about.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) messages: Vec<MessageId>,
    pub(super) questions: Vec<AskedId>,
    pub(super) people: Vec<ParticipantId>,
}

fn one_of<T: Copy>(chance: &mut Chance, among: &[T]) -> Option<T> {
    among.get(usize::try_from(chance.within(0..among.len() as u64)).ok()?).copied()
}

fn standing(chance: &mut Chance) -> Standing {
    if chance.permille(500) { Standing::Open } else { Standing::Waiting }
}

fn poll(chance: &mut Chance) -> PollId {
    PollId::from_uuid(Uuid::from_u128(0xF000 + u128::from(chance.within(0..3))))
}

/// Somebody's next command. What makes no sense, or is not theirs to do, is refused.
pub(super) fn something(chance: &mut Chance, known: &Known) -> CommandBody {
    let word = |chance: &mut Chance| format!("word {}", chance.within(0..50));
    let person = |chance: &mut Chance| one_of(chance, &known.people).unwrap_or_else(|| ParticipantId::from_uuid(Uuid::nil()));
    let message = |chance: &mut Chance| one_of(chance, &known.messages).unwrap_or_else(|| MessageId::from(nobody()));
    let question = |chance: &mut Chance| one_of(chance, &known.questions).unwrap_or_else(|| AskedId::from(nobody()));
    match chance.within(0..46) {
        0..=6 => CommandBody::say(word(chance)),
        7 => CommandBody::EditMessage { message: message(chance), text: word(chance), mentions: Vec::new() },
        8 => CommandBody::RemoveMessage { message: message(chance) },
        9 => CommandBody::HideMessage { message: message(chance) },
        10 => CommandBody::ShowMessage { message: message(chance) },
        11 | 12 => CommandBody::AskQuestion { text: word(chance), anonymous: chance.permille(300) },
        13 | 14 => CommandBody::UpvoteQuestion { question: question(chance), up: chance.permille(700) },
        15 => CommandBody::OpenQuestion { question: question(chance) },
        16 => CommandBody::DraftPoll { poll: poll(chance), form: form() },
        17 => CommandBody::OpenPoll { poll: poll(chance) },
        18 => CommandBody::ClosePoll { poll: poll(chance) },
        19..=21 => {
            CommandBody::Vote { poll: poll(chance), choice: Choice::Options { options: vec![u8::from(chance.permille(500))] } }
        }
        22 => CommandBody::RaiseHand { note: word(chance) },
        23 => CommandBody::TakeHand { participant: person(chance) },
        24 => CommandBody::TakeOffStage { participant: person(chance) },
        25 => CommandBody::BringOnStage { participant: person(chance) },
        26 => CommandBody::SetSending { sending: Sending { camera: chance.permille(500), microphone: true }, take_over: false },
        27 => CommandBody::Sanction { participant: person(chance), act: SanctionAct::Mute },
        28 => CommandBody::LiftSanction { participant: person(chance), kind: None },
        29 => {
            let seconds = u32::try_from(chance.within(1..15)).unwrap_or(1);
            CommandBody::Sanction { participant: person(chance), act: SanctionAct::TimeOut { seconds } }
        }
        30 => {
            let act = if chance.permille(500) { SanctionAct::Remove } else { SanctionAct::Ban };
            CommandBody::Sanction { participant: person(chance), act }
        }
        31 => rule(RulesEdit::Lobby { on: chance.permille(500) }),
        32 => rule(RulesEdit::Lock { on: chance.permille(300) }),
        33 => CommandBody::Admit { participants: Vec::new() },
        34 => {
            if chance.permille(400) {
                CommandBody::StopAll
            } else {
                CommandBody::Resume
            }
        }
        35 => CommandBody::DismissQuestion { question: question(chance) },
        36 => CommandBody::HoldQuestion { question: question(chance) },
        37 | 38 => {
            CommandBody::AnswerQuestion { question: question(chance), answer: chance.permille(500).then(|| word(chance)) }
        }
        39 => CommandBody::MergeQuestion { question: question(chance), into: question(chance) },
        40 => CommandBody::RestoreQuestion { question: question(chance), standing: standing(chance) },
        41 => CommandBody::WithdrawQuestion { question: question(chance) },
        42 | 43 => CommandBody::PinMessage { message: message(chance) },
        44 => CommandBody::UnpinMessage { message: message(chance) },
        _ => rule(RulesEdit::SlowMode { seconds: u16::from(chance.permille(300)) }),
    }
}

/// What opens the room to everybody again, whatever was done.
pub(super) fn peace(people: &[ParticipantId]) -> Vec<CommandBody> {
    let lifted = people.iter().map(|participant| CommandBody::LiftSanction { participant: *participant, kind: None });
    lifted.chain([rule(RulesEdit::Lobby { on: false }), rule(RulesEdit::Lock { on: false })]).collect()
}

fn rule(change: RulesEdit) -> CommandBody {
    CommandBody::EditRules { change }
}

fn nobody() -> houselights_shared::CommandId {
    houselights_shared::CommandId::from_uuid(Uuid::nil())
}

fn form() -> PollForm {
    PollForm {
        question: "Which?".to_owned(),
        kind: PollKind::Single,
        options: vec!["one".to_owned(), "other".to_owned()],
        correct: Vec::new(),
        shown: ResultsShown::Always,
        named: false,
        changeable: true,
        seconds: Some(20),
    }
}
