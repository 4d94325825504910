//! What was said and is not in the chat any more: whoever hears of it only now does not hear the words.

use std::sync::Arc;

use houselights_shared::{Message, Update, UpdateBody};

use crate::{View, state::State};

impl State {
    /// Entries of the log that somebody missed, as they may hear them by now.
    pub(crate) fn told_late(&self, view: View, missed: &[Arc<Update>]) -> Vec<Arc<Update>> {
        let told = missed.iter().map(|update| match self.unsaid(&update.body).filter(|_| view != View::Control) {
            Some(body) => Arc::new(Update { body, ..Update::clone(update) }),
            None => Arc::clone(update),
        });
        told.collect()
    }

    /// What is left of an entry with words that are gone; nothing where it stays as it is.
    fn unsaid(&self, body: &UpdateBody) -> Option<UpdateBody> {
        let gone =
            |message: &Message| self.chat.said.get(message.id).filter(|said| said.gone.is_some()).map(Message::without_trace);
        if let UpdateBody::MessageSent { message } = body {
            gone(message).map(|message| UpdateBody::MessageSent { message })
        } else if let UpdateBody::MessagePinned { message } = body {
            gone(message).map(|message| UpdateBody::MessagePinned { message })
        } else if let UpdateBody::MessageShown { message } = body {
            gone(message).map(|_| UpdateBody::HIDDEN)
        } else if let UpdateBody::MessageEdited { message, .. } = body {
            self.chat.said.get(*message).filter(|said| said.gone.is_some()).map(|_| UpdateBody::HIDDEN)
        } else {
            None
        }
    }
}
