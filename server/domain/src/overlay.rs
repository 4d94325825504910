//! What lies over the program.

use houselights_shared::{Overlay, PollPhase, Refusal, UpdateBody};

use crate::state::State;

impl State {
    /// Only what the audience sees is laid over the program.
    pub(crate) fn lay_over(&self, overlay: Overlay) -> Result<Vec<UpdateBody>, Refusal> {
        match overlay {
            Overlay::Question { question } => {
                let asked = self.questions.get(question).filter(|asked| asked.question.standing.is_public());
                asked.ok_or(Refusal::NoSuchQuestion)?;
            }
            Overlay::Poll { poll } => {
                let phase = self.polls.get(poll).map(|held| held.poll.phase);
                let is_public = matches!(phase, Some(PollPhase::Open { .. } | PollPhase::Closed { .. }));
                if !is_public {
                    return Err(Refusal::NoSuchPoll);
                }
            }
            Overlay::Unknown => return Err(Refusal::UnknownCommand),
        }
        let lies_there = self.overlay == Some(overlay);
        Ok(if lies_there { Vec::new() } else { vec![UpdateBody::OverlaySet { overlay: Some(overlay) }] })
    }

    /// What lies there in its place by now stays.
    pub(crate) fn cleared(&self, overlay: Overlay) -> Option<UpdateBody> {
        (self.overlay == Some(overlay)).then_some(UpdateBody::OverlaySet { overlay: None })
    }

    /// What the audience does not see any more does not lie over the program either.
    pub(crate) fn without_overlay(&self, gone: Overlay, mut bodies: Vec<UpdateBody>) -> Vec<UpdateBody> {
        if !bodies.is_empty() && self.overlay == Some(gone) {
            bodies.insert(0, UpdateBody::OverlaySet { overlay: None });
        }
        bodies
    }
}
