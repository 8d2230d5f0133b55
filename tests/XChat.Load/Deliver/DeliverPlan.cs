namespace XChat.Load.Deliver;

/// <summary>How much of what a run does. <c>People</c> is even: they talk in pairs.</summary>
public sealed record DeliverPlan(TimeSpan Slice, int Rounds, int People, int Idle);
