//! What frames say, as far as a crowd cares. Everybody in a room gets the same bytes, so a process reads them once, and from then on only compares: a client
//! has to cost less than what it measures.

use std::{collections::VecDeque, sync::Arc};

use houselights_shared::{
    Choice, CommandId, Outcome, Poll, PollId, PollKind, PollPhase, Refused, Seq, ServerFrame, SignalBody, Snapshot,
    UpdateBatch, UpdateBody,
};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// So many different frames are kept. Clients that lag read older ones.
const KEPT: usize = 32;

/// What a frame says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News {
    /// What happened.
    Updates {
        /// The first position and the last; nothing where nothing was missed.
        span: Option<(Seq, Seq)>,
        /// When what this run says in it was sent, in microseconds since 1970.
        sent: Vec<u64>,
        /// A poll that was opened.
        ballot: Option<Ballot>,
        /// How many voted, as it was counted.
        voters: Option<u32>,
    },
    /// The room as it stands at a position, and the poll that is open.
    Room(Seq, Option<Ballot>),
    /// So many reactions were thrown at the stage.
    Thrown(u64),
    /// The answer to a command.
    Answer(CommandId, Outcome),
    /// One waits in the lobby.
    Lobby,
    /// The connection ends.
    End(Refused),
    /// What a crowd does not care about.
    Other,
}

/// What one can vote for in a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ballot {
    pub(super) poll: PollId,
    /// Each of these.
    pub(super) choices: Vec<Choice>,
}

impl Ballot {
    /// Nothing where nobody can vote, or only in a way that is not known here.
    fn of(poll: &Poll) -> Option<Self> {
        let choices = match &poll.form.kind {
            PollKind::Single | PollKind::Multiple { .. } | PollKind::Quiz { .. } => {
                let options = 0..u8::try_from(poll.form.options.len()).unwrap_or(u8::MAX);
                options.map(|option| Choice::Options { options: vec![option] }).collect()
            }
            PollKind::Rating { stars } => (1..=*stars).map(|stars| Choice::Rating { stars }).collect(),
            PollKind::WordCloud { .. } => {
                ["light", "stage", "house"].map(|word| Choice::Words { words: vec![word.to_owned()] }).into()
            }
            PollKind::OpenText => vec![Choice::Text { text: "As it should be".to_owned() }],
            PollKind::Unknown => Vec::new(),
        };
        let is_open = matches!(poll.phase, PollPhase::Open { .. }) && !choices.is_empty();
        is_open.then_some(Self { poll: poll.id, choices })
    }
}

/// Reads the frames of one process.
pub(super) struct Reader {
    /// What all that this run says begins with.
    mark: String,
    known: VecDeque<(Utf8Bytes, Arc<News>)>,
}

impl Reader {
    pub(super) fn new(mark: String) -> Self {
        Self { mark, known: VecDeque::with_capacity(KEPT) }
    }

    /// What a frame says. What is not the protocol says nothing.
    pub(super) fn read(&mut self, text: &Utf8Bytes) -> Arc<News> {
        if let Some((_, news)) = self.known.iter().rev().find(|(known, _)| known == text) {
            return Arc::clone(news);
        }
        let frame = serde_json::from_str(text).unwrap_or(ServerFrame::Unknown);
        let is_everybodys = matches!(frame, ServerFrame::Updates(_) | ServerFrame::Snapshot(_) | ServerFrame::Signal(_));
        let news = Arc::new(self.news(frame));
        if is_everybodys {
            if self.known.len() == KEPT {
                self.known.pop_front();
            }
            self.known.push_back((text.clone(), Arc::clone(&news)));
        }
        news
    }

    fn news(&self, frame: ServerFrame) -> News {
        match frame {
            ServerFrame::Updates(batch) => self.updates(&batch),
            ServerFrame::Snapshot(Snapshot { seq, polls, .. }) => News::Room(seq, polls.iter().rev().find_map(Ballot::of)),
            ServerFrame::Reply(reply) => News::Answer(reply.id, reply.outcome),
            ServerFrame::Refused(refused) => News::End(refused),
            ServerFrame::Signal(signal) => {
                let SignalBody::Reactions { counts } = signal.body else { return News::Other };
                News::Thrown(counts.iter().map(|of_one| u64::from(of_one.count)).sum())
            }
            ServerFrame::Waiting { .. } => News::Lobby,
            ServerFrame::Welcome(_)
            | ServerFrame::Mine(_)
            | ServerFrame::Inbox(_)
            | ServerFrame::Media(_)
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => News::Other,
        }
    }

    fn updates(&self, UpdateBatch { updates, .. }: &UpdateBatch) -> News {
        let span = updates.first().zip(updates.last()).map(|(first, last)| (first.seq, last.last()));
        let sent = updates.iter().filter_map(|update| {
            let UpdateBody::MessageSent { message } = &update.body else { return None };
            sent_at(&self.mark, &message.text)
        });
        let opened = |body: &UpdateBody| if let UpdateBody::PollOpened { poll } = body { Ballot::of(poll) } else { None };
        let counted =
            |body: &UpdateBody| if let UpdateBody::PollCounted { tally, .. } = body { Some(tally.voters) } else { None };
        let bodies = || updates.iter().rev().map(|update| &update.body);
        News::Updates { span, sent: sent.collect(), ballot: bodies().find_map(opened), voters: bodies().find_map(counted) }
    }
}

/// What a client of this run says: about 120 bytes, the time of sending in front.
pub(super) fn words(mark: &str, micros: u64) -> String {
    format!("{mark} {micros:016} the quick brown fox jumps over the lazy dog, and nobody in the stalls is surprised")
}

fn sent_at(mark: &str, text: &str) -> Option<u64> {
    text.strip_prefix(mark)?.strip_prefix(' ')?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn said(seq: u64, text: &str) -> Value {
        let nobody = uuid::Uuid::nil();
        let message = json!({ "id": nobody, "author": nobody, "name": "Vera", "role": "attendee", "at": 1, "text": text });
        json!({ "room": nobody, "seq": seq, "at": 1, "by": nobody, "body": { "what": "message_sent", "message": message } })
    }

    fn frame(updates: &[Value]) -> Utf8Bytes {
        json!({ "frame": "updates", "room": uuid::Uuid::nil(), "updates": updates }).to_string().into()
    }

    #[test]
    fn what_this_run_says_is_told_from_what_others_say() {
        let mut reader = Reader::new("load-1".to_owned());
        let texts = [words("load-1", 17), words("load-2", 18), "load-1 or not".to_owned(), words("load-1", 19)];
        let updates: Vec<_> = texts.iter().zip(5..).map(|(text, seq)| said(seq, text)).collect();
        let news = |span, sent| News::Updates { span, sent, ballot: None, voters: None };
        assert_eq!(*reader.read(&frame(&updates)), news(Some((Seq::new(5), Seq::new(8))), vec![17, 19]));
        assert_eq!(*reader.read(&frame(&[])), news(None, Vec::new()));
        assert_eq!(*reader.read(&"no protocol".into()), News::Other);
    }

    #[test]
    fn one_entry_may_stand_for_many_that_are_hidden() {
        let mut hidden = said(5, "");
        hidden["body"] = json!({ "what": "hidden", "through": 9 });
        let news = Reader::new("load-1".to_owned()).read(&frame(&[hidden]));
        assert!(
            matches!(*news, News::Updates { span: Some((first, last)), .. } if (first, last) == (Seq::new(5), Seq::new(9)))
        );
    }

    #[test]
    fn a_poll_that_opens_is_a_ballot_with_each_of_its_options() {
        let (mut opened, id) = (said(5, ""), uuid::Uuid::nil());
        let form = json!({ "question": "Tea?", "kind": { "is": "single" }, "options": ["Yes", "No"] });
        let poll = json!({ "id": id, "form": form, "phase": { "is": "open", "since": 1 } });
        opened["body"] = json!({ "what": "poll_opened", "poll": poll });
        let news = Reader::new("load-1".to_owned()).read(&frame(&[opened]));
        let News::Updates { ballot: Some(ballot), .. } = &*news else { panic!("{news:?}") };
        assert_eq!(ballot.choices, [0, 1].map(|option| Choice::Options { options: vec![option] }));
    }

    #[test]
    fn frames_that_everybody_gets_are_read_once_and_the_oldest_forgotten() {
        let mut reader = Reader::new("load-1".to_owned());
        let frames: Vec<_> = (1..=100).map(|seq| frame(&[said(seq, "hello")])).collect();
        let first: Vec<_> = frames.iter().map(|frame| reader.read(frame)).collect();
        assert_eq!(reader.known.len(), KEPT);
        assert!(Arc::ptr_eq(&reader.read(&frames[99]), &first[99]), "it is kept");
        let again = reader.read(&frames[0]);
        assert!(!Arc::ptr_eq(&again, &first[0]) && again == first[0], "it is read again");
    }
}
