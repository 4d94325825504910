//! The texts of their own that events have for their mails, read once for the letters of an event that go one after the other.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    store::ShowPlan,
    templates::{MailKind, MailText, Template},
};

/// Events whose texts are kept at once: those whose letters are likely to be under way together.
const KEPT: usize = 4;

type Mails = Arc<BTreeMap<MailKind, MailText>>;

/// The texts of the latest events, each with the plan that they are of: of another they are others.
#[derive(Default)]
pub(super) struct Texts(Mutex<VecDeque<(String, Mails)>>);

impl Texts {
    /// The texts of an event with this plan, as it is stored. One that cannot be read keeps no letter back: it goes with the words that everybody has.
    pub(super) fn of(&self, plan: &str) -> Mails {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, mails)) = kept.iter().find(|(of, _)| of == plan) {
            return Arc::clone(mails);
        }
        let source = serde_json::from_str::<ShowPlan>(plan).ok().map(|plan| plan.source);
        let template = source.and_then(|source| Template::read(&source).ok());
        let mails = Arc::new(template.map(|template| template.mails).unwrap_or_default());
        kept.truncate(KEPT - 1);
        kept.push_front((plan.to_owned(), Arc::clone(&mails)));
        mails
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::builtin_named;

    #[test]
    fn texts_are_read_once_for_a_plan_and_anew_for_another() {
        let plan = |subject: &str| {
            let mut template = builtin_named("ama").unwrap().clone();
            let text = MailText { subject: subject.to_owned(), body: "Come.".to_owned() };
            template.mails.insert(MailKind::Confirmation, text);
            serde_json::to_string(&ShowPlan { source: template.kept_source(), ..ShowPlan::default() }).unwrap()
        };
        let texts = Texts::default();
        let (first, other) = (texts.of(&plan("A")), texts.of(&plan("B")));
        assert_eq!(first.get(&MailKind::Confirmation).map(|text| text.subject.as_str()), Some("A"));
        assert!(Arc::ptr_eq(&first, &texts.of(&plan("A"))) && !Arc::ptr_eq(&first, &other));
        assert!(texts.of("no plan").is_empty());
        for number in 0..10 {
            texts.of(&plan(&number.to_string()));
        }
        assert_eq!(texts.0.lock().unwrap().len(), KEPT);
    }
}
