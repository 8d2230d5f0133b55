namespace XChat.Load.Deliver;

/// <summary>
/// How much of what a run does. <c>People</c> is even: they talk in pairs. After <c>Settle</c> the memory of idle connections is looked at again, unless
/// it is zero.
/// </summary>
public sealed record DeliverPlan(TimeSpan Slice, int Rounds, int People, int Idle, TimeSpan Settle);
