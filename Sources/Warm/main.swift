import Hummingbird
import GRDB
import JWTKit
import Yams
print("warm")
