-- Logins that are not answered before their deadline. Each connection begins at a moment of its own within the first
-- deadline, so that they do not all end at once, and goes on without a pause.
require("forms")

local read_forms = init

function init(arguments)
  read_forms(arguments)
  connections, deadline, begun = tonumber(arguments[3]), tonumber(arguments[4]), 0
end

function delay()
  begun = begun + 1
  return begun <= connections and math.random(0, deadline) or 0
end
