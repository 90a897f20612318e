/** Where the tools would be, for who may only look on. */
import Eye from 'lucide-solid/icons/eye'

export const ViewOnly = (props: { mayComment: boolean }) => (
  <div
    class="island role-badge"
    data-tip={`You can look around${props.mayComment ? ', comment' : ''} and copy, but not change the board`}
  >
    <Eye />
    {props.mayComment ? 'Comment only' : 'View only'}
  </div>
)
