//! What frames say, as far as a crowd cares. Everybody in a room gets the same bytes, so a process reads them once, and from then on only compares: a client
//! has to cost less than what it measures.

use std::{collections::VecDeque, sync::Arc};

use houselights_shared::{CommandId, Outcome, Refused, Seq, ServerFrame, UpdateBatch, UpdateBody};
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
    },
    /// The room as it stands at a position.
    Room(Seq),
    /// The answer to a command.
    Answer(CommandId, Outcome),
    /// The connection ends.
    End(Refused),
    /// What a crowd does not care about.
    Other,
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
            ServerFrame::Snapshot(snapshot) => News::Room(snapshot.seq),
            ServerFrame::Reply(reply) => News::Answer(reply.id, reply.outcome),
            ServerFrame::Refused(refused) => News::End(refused),
            ServerFrame::Welcome(_)
            | ServerFrame::Signal(_)
            | ServerFrame::Media(_)
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => News::Other,
        }
    }

    fn updates(&self, UpdateBatch { updates, .. }: &UpdateBatch) -> News {
        let span = updates.first().zip(updates.last()).map(|(first, last)| (first.seq, last.seq));
        let sent = updates.iter().filter_map(|update| {
            let UpdateBody::MessageSent { message } = &update.body else { return None };
            sent_at(&self.mark, &message.text)
        });
        News::Updates { span, sent: sent.collect() }
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
        let expected = News::Updates { span: Some((Seq::new(5), Seq::new(8))), sent: vec![17, 19] };
        assert_eq!(*reader.read(&frame(&updates)), expected);
        assert_eq!(*reader.read(&frame(&[])), News::Updates { span: None, sent: Vec::new() });
        assert_eq!(*reader.read(&"no protocol".into()), News::Other);
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
