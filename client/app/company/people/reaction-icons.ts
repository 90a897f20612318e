/** Drawn, not typed: emoji look different on every system, and on some there are none. */
import CircleQuestionMark from 'lucide-solid/icons/circle-question-mark'
import FaceGrinning from 'lucide-solid/icons/face-grinning'
import Heart from 'lucide-solid/icons/heart'
import Lightbulb from 'lucide-solid/icons/lightbulb'
import PartyPopper from 'lucide-solid/icons/party-popper'
import ThumbsUp from 'lucide-solid/icons/thumbs-up'
import type { Reaction } from '#shared/live-company.ts'

export const REACTION_ICONS: Readonly<Record<Reaction, typeof Heart>> = {
  agree: ThumbsUp,
  love: Heart,
  funny: FaceGrinning,
  celebrate: PartyPopper,
  idea: Lightbulb,
  question: CircleQuestionMark,
}
