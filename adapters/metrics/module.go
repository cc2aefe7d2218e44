package metrics

import "go.uber.org/fx"

// Module provides the *Meter. It needs a Build.
var Module = fx.Module("metrics", fx.Provide(NewMeter))
