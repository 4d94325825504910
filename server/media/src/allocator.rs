//! Who has which video slot.

use houselights_shared::{ParticipantId, VIDEO_SLOTS};

/// Standing video slots. Whoever has one keeps it for as long as they are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allocator {
    slots: [Option<ParticipantId>; VIDEO_SLOTS],
}

impl Allocator {
    pub(crate) fn slots(&self) -> &[Option<ParticipantId>; VIDEO_SLOTS] {
        &self.slots
    }

    /// Which slot someone has.
    pub(crate) fn slot_of(&self, who: ParticipantId) -> Option<usize> {
        self.slots.iter().position(|slot| *slot == Some(who))
    }

    /// Gives slots to those wanted, the first in `wanted` before the later ones where there are too few.
    pub(crate) fn assign(&mut self, wanted: &[ParticipantId]) {
        let seen = wanted.get(..wanted.len().min(VIDEO_SLOTS)).unwrap_or_default();
        for slot in &mut self.slots {
            *slot = slot.filter(|who| seen.contains(who));
        }
        for who in seen {
            if !self.slots.contains(&Some(*who))
                && let Some(free) = self.slots.iter_mut().find(|slot| slot.is_none())
            {
                *free = Some(*who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone(number: usize) -> ParticipantId {
        format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
    }

    #[test]
    fn a_slot_is_kept_while_its_publisher_is_wanted() {
        let mut allocator = Allocator::default();
        allocator.assign(&[someone(1), someone(2), someone(3)]);
        allocator.assign(&[someone(3), someone(2)]);
        assert_eq!(allocator.slot_of(someone(3)), Some(2));
        assert_eq!(allocator.slots()[0], None);
        allocator.assign(&[someone(3), someone(2), someone(4)]);
        assert_eq!(allocator.slot_of(someone(4)), Some(0));
    }

    #[test]
    fn the_first_wanted_come_first_where_slots_are_few() {
        let mut allocator = Allocator::default();
        let backstage: Vec<_> = (10..22).map(someone).collect();
        allocator.assign(&backstage);
        let before = *allocator.slots();
        let mut wanted = vec![someone(1)];
        wanted.extend(&backstage);
        allocator.assign(&wanted);
        assert_eq!(allocator.slot_of(someone(1)), Some(8));
        assert_eq!(before[..8], allocator.slots()[..8], "one gives way, the others stay where they are");
    }
}
