namespace Matching.Storefront;

/// <summary>The pages' words; the resources of this name hold them.</summary>
public sealed class Texts;
