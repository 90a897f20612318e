/** Where the tools would be, for who may only look on. */
import Eye from 'lucide-solid/icons/eye'

export const ViewOnly = () => (
  <div class="island role-badge" data-tip="You can look around and copy, but not change the board">
    <Eye />
    View only
  </div>
)
